/** Run `work` while no other tab of this browser runs anything under the same name. Without locks (old WebViews, frames that are refused them) it just runs. */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return work();
  let begun = false;
  const once = (): Promise<T> => {
    begun = true;
    return work();
  };
  try {
    return await (navigator.locks.request(`tikethet.${name}`, once) as Promise<T>);
  } catch (error) {
    if (begun) throw error;
    return work();
  }
}
