// What this device keeps between visits. A browser may refuse storage (private mode, quota): then nothing is kept, and nothing breaks.

export function read(name: string): string | null {
  try {
    return localStorage.getItem(`tikethet.${name}`);
  } catch {
    return null;
  }
}

export function write(name: string, value: string | null): void {
  try {
    if (value === null || value === '') localStorage.removeItem(`tikethet.${name}`);
    else localStorage.setItem(`tikethet.${name}`, value);
  } catch {
    // nothing is kept
  }
}

/** Take away everything that begins so and is of this person. */
export function clear(beginning: string, id: string): void {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(`tikethet.${beginning}`) && name.includes(id));
    for (const name of names) localStorage.removeItem(name);
  } catch {
    // nothing was kept
  }
}

export function readJson<T>(name: string): T | null {
  try {
    return JSON.parse(read(name) ?? 'null') as T | null;
  } catch {
    return null;
  }
}
