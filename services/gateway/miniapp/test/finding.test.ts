import { describe, expect, it } from 'vitest';
import { found } from '../src/store/finding';
import { inOrder, lastPlace, lifted } from '../src/store/ordering';

const templates = [
  { name: 'Спасибо', text: 'Спасибо за скриншоты!' },
  { name: 'Нужны скриншоты', text: 'Пришлите, пожалуйста' },
  { name: 'Скриншоты есть', text: 'Получили' },
];
const names = (query: string): string[] => found(templates, query).map(({ name }) => name);

describe('templates by a few letters', () => {
  it.each([
    ['', ['Спасибо', 'Нужны скриншоты', 'Скриншоты есть']],
    ['скрин', ['Скриншоты есть', 'Нужны скриншоты', 'Спасибо']],
    ['СПА', ['Спасибо']],
    ['скрин нуж', ['Нужны скриншоты']],
    ['пришлите', ['Нужны скриншоты']],
    ['нет такого', []],
  ])('/%s', (query, expected) => {
    expect(names(query)).toEqual(expected);
  });
});

describe('places in a list', () => {
  const items = [
    { id: 'a', order: 10 },
    { id: 'b', order: 20 },
    { id: 'c', order: 30 },
  ];

  it('tells only those that move', () => {
    expect(lifted(items, 2)).toEqual([
      { id: 'c', order: 20 },
      { id: 'b', order: 30 },
    ]);
  });

  it('gives places to those that had none', () => {
    const unplaced = items.map(({ id }) => ({ id, order: 0 }));
    expect(lifted(unplaced, 1).map(({ id }) => id)).toEqual(['b', 'a', 'c']);
    expect(inOrder([...items].reverse())).toEqual(items);
  });

  it('puts a new one last', () => {
    expect(lastPlace([])).toBe(10);
    expect(lastPlace(items)).toBe(40);
    expect(lastPlace([{ id: 'a', order: 0 }, { id: 'b', order: 0 }])).toBe(30);
  });
});
