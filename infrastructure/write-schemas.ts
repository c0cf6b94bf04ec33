/**
 * Part of `npm run generate`: writes the JSON Schemas that editors and consumers use, and the prefixes of tokens. A test
 * fails when they are out of date.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedSchemas } from './generated-schemas.ts';
import { generatedPrefixes } from './token-prefixes.ts';

for (const { file, text } of [...generatedSchemas(), generatedPrefixes()]) {
  writeFileSync(join(import.meta.dirname, '..', file), text);
}
