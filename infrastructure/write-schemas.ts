/**
 * Part of `npm run generate`: writes the JSON Schemas that editors and consumers use, the page with every key of
 * `ground-control.yml`, and the prefixes of tokens. A test
 * fails when they are out of date.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedSchemas } from './generated-schemas.ts';
import { generatedKeys } from './keys/page.ts';
import { generatedPrefixes } from './token-prefixes.ts';

for (const { file, text } of [...generatedSchemas(), generatedPrefixes(), generatedKeys()]) {
  writeFileSync(join(import.meta.dirname, '..', file), text);
}
