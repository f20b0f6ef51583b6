"""Events → addresses outside: `feed` notes what is owed to whom, `sender` sends it through `post`, `signing` signs."""
