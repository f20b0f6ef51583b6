// docs/openapi.json → src/api/schema.ts: one TypeScript type per schema. `make documents` runs it, a test keeps it fresh.
// (The known generators work on TypeScript 5's own compiler interface, which the compiler used here no longer has.)
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DOCUMENT = fileURLToPath(new URL('../../../../docs/openapi.json', import.meta.url));
const SCHEMA = fileURLToPath(new URL('../src/api/schema.ts', import.meta.url));

const HEAD = '// Generated from docs/openapi.json by `make documents`; changes by hand are lost.\n';
const FRAMEWORKS_OWN = new Set(['HTTPValidationError', 'ValidationError']);
const nameOf = (reference) => reference.split('/').at(-1);

/** The whole file, as text. */
export function typesOf(document) {
  const schemas = document.components.schemas;
  const sent = reachable(requestBodies(document), schemas);
  const names = Object.keys(schemas).filter((name) => !FRAMEWORKS_OWN.has(name));
  return [HEAD, ...names.map((name) => declaration(name, schemas[name], !sent.has(name)))].join('\n');
}

function requestBodies(document) {
  return Object.values(document.paths).flatMap((item) => Object.values(item).map((call) => call.requestBody));
}

/** Names of the schemas that `from` refers to, directly or not. */
function reachable(from, schemas, found = new Set()) {
  for (const [, reference] of JSON.stringify(from ?? null).matchAll(/"\$ref":\s*"([^"]+)"/g)) {
    const name = nameOf(reference);
    if (found.has(name)) continue;
    found.add(name);
    reachable(schemas[name], schemas, found);
  }
  return found;
}

function declaration(name, schema, isAnswer) {
  const said = comment(schema.description, '');
  if (schema.type !== 'object' || schema.properties === undefined) return `${said}export type ${name} = ${typeOf(schema)};\n`;
  const lines = Object.entries(schema.properties).map(([field, one]) => {
    // What has a default may be left out of what is sent and never is of what comes back.
    const isThere = schema.required?.includes(field) === true || (isAnswer && 'default' in one);
    return `${comment(one.description, '  ')}  ${keyOf(field)}${isThere ? '' : '?'}: ${typeOf(one)};`;
  });
  return `${said}export interface ${name} {\n${lines.join('\n')}\n}\n`;
}

function comment(text, indent) {
  const first = text?.split('\n\n')[0].replace(/\s+/g, ' ');
  return first === undefined ? '' : `${indent}/** ${first.replaceAll('*/', '* /')} */\n`;
}

/** Throws on what no schema of the house has said so far, so that no type is a guess. */
function typeOf(schema) {
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' | ');
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  if ('const' in schema) return literal(schema.const);
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return listOf(schema.items === undefined ? 'unknown' : typeOf(schema.items));
    case 'object':
      return objectOf(schema);
    case undefined:
      return 'unknown';
    default:
      throw new Error(`no type for ${JSON.stringify(schema)}`);
  }
}

const keyOf = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`);
const literal = (value) => (typeof value === 'string' ? `'${value}'` : String(value));
const listOf = (item) => (/[ |]/.test(item) ? `(${item})[]` : `${item}[]`);

function objectOf(schema) {
  if (schema.properties !== undefined) {
    const fields = Object.entries(schema.properties).map(([name, one]) => `${keyOf(name)}${schema.required?.includes(name) ? '' : '?'}: ${typeOf(one)}`);
    return `{ ${fields.join('; ')} }`;
  }
  const value = typeof schema.additionalProperties === 'object' ? typeOf(schema.additionalProperties) : 'unknown';
  const { propertyNames: names } = schema;
  return names?.enum === undefined && names?.$ref === undefined ? `Record<string, ${value}>` : `Partial<Record<${typeOf(names)}, ${value}>>`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(SCHEMA, typesOf(JSON.parse(readFileSync(DOCUMENT, 'utf8'))));
}
