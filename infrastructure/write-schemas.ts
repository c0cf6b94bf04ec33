/**
 * Part of `npm run generate`: writes the JSON Schemas that editors and consumers use. A test fails when they are out of date.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedSchemas } from './generated-schemas.ts';

for (const { file, text } of generatedSchemas()) writeFileSync(join(import.meta.dirname, '..', file), text);
