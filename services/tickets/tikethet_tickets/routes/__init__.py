"""HTTP in: who asks, what they want, and the answer in the shapes of the contract.

app.build      the application        asking.Asker    who asks (role and block looked up every time)
bodies         what may be sent       answers         what goes out, with its headers
"""
