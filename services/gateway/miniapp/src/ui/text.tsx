import type { JSX } from 'preact';

const LINK = /https?:\/\/[^\s<>"'«»]+[^\s<>"'«».,;:!?)\]}]/g;

/** What a person wrote, with its links made tappable. Never HTML: text stays text. */
export function RichText({ text }: { text: string }): JSX.Element {
  const parts: (string | JSX.Element)[] = [];
  let end = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(end, found.index));
    parts.push(
      <a key={found.index} href={found[0]} target="_blank" rel="noopener noreferrer nofollow">
        {found[0]}
      </a>,
    );
    end = found.index + found[0].length;
  }
  parts.push(text.slice(end));
  return (
    <span class="rich" dir="auto">
      {parts}
    </span>
  );
}

export function sizeOf(bytes: number, language: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const number = bytes / 1000 ** step;
  return new Intl.NumberFormat(language, { style: 'unit', unit: units[step] ?? 'byte', unitDisplay: 'short', maximumFractionDigits: 1 }).format(number);
}
