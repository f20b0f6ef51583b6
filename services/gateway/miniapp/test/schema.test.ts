import { describe, expect, it } from 'vitest';
import document from '../../../../docs/openapi.json?raw';
import { typesOf } from '../scripts/schema.mjs';
import schema from '../src/api/schema.ts?raw';

const about = (schema: unknown, more: object = {}): string => typesOf({ paths: {}, components: { schemas: { X: schema } }, ...more });

describe('types from the OpenAPI document', () => {
  it('are those of the document in the repository (make documents)', () => {
    expect(schema).toBe(typesOf(JSON.parse(document)));
  });

  it('say what may be null, left out, or only one of a few words', () => {
    const properties = { a: { anyOf: [{ type: 'integer' }, { type: 'null' }] }, b: { enum: ['x', 'y'] }, c: { type: 'array', items: { enum: ['p', 'q'] } } };
    expect(about({ type: 'object', properties, required: ['a', 'b'] })).toContain("  a: number | null;\n  b: 'x' | 'y';\n  c?: ('p' | 'q')[];");
  });

  it('know that an answer has what a body may leave to its default', () => {
    const sized = { type: 'object', properties: { size: { type: 'integer', default: 20 } } };
    const paths = { '/x': { post: { requestBody: { schema: { $ref: '#/components/schemas/X' } } } } };
    expect(about(sized)).toContain('  size: number;');
    expect(about(sized, { paths })).toContain('  size?: number;');
  });

  it('quote names that are no words of the language', () => {
    expect(about({ type: 'object', properties: { 'a.b': { type: 'string' } } })).toContain("  'a.b'?: string;");
  });

  it('guess nothing', () => {
    expect(() => about({ type: 'file' })).toThrow();
  });
});
