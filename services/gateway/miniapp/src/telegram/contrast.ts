// Pure: colours that can be read. Telegram lets people choose any theme; what is too faint is moved until it meets AA.

export type Rgb = readonly [red: number, green: number, blue: number];

const ENOUGH = 4.5;
const STEPS = 20;

export function parse(color: string | undefined): Rgb | null {
  const digits = /^#([0-9a-f]{6})/i.exec(color ?? '')?.[1];
  if (digits === undefined) return null;
  return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16)) as unknown as Rgb;
}

export function write(color: Rgb): string {
  return `#${color.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((part) => (part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4)) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one: Rgb, other: Rgb): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return from.map((part, at) => part + ((to[at] ?? 0) - part) * share) as unknown as Rgb;
}

/** `color`, moved towards `towards` as little as it takes to be read beside every one of `beside`. */
export function readable(color: Rgb, beside: readonly Rgb[], towards: Rgb): Rgb {
  for (let step = 0; step < STEPS; step++) {
    const moved = mix(color, towards, step / STEPS);
    if (beside.every((other) => contrast(moved, other) >= ENOUGH)) return moved;
  }
  return towards;
}

export const BLACK: Rgb = [0, 0, 0];
export const WHITE: Rgb = [255, 255, 255];

/** Darker than half, as the eye weighs the colours. */
export function isDark(color: Rgb | null): boolean {
  return color !== null && contrast(color, WHITE) > contrast(color, BLACK);
}
