// Pure: which templates somebody means by a few letters.

interface Named {
  name: string;
  text: string;
}

/** Those that have all the words of `query`; those whose name begins with it come first, then those that are named by it. */
export function found<T extends Named>(items: readonly T[], query: string): T[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = ({ name, text }: T): number => {
    const called = name.toLowerCase();
    if (called.startsWith(query.toLowerCase())) return 0;
    if (words.every((word) => called.includes(word))) return 1;
    return words.every((word) => called.includes(word) || text.toLowerCase().includes(word)) ? 2 : 3;
  };
  const ranked = items.map((item) => ({ item, rank: rank(item) })).filter((each) => each.rank < 3);
  return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}
