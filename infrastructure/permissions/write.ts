/**
 * Part of `npm run generate`: packages the service with the settings that change permissions, and writes
 * `docs/permissions.md` and the table in `docs/install.md`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagedTemplate } from './packaged.ts';
import { permissionsPage } from './page.ts';
import { templatesBy } from './sections.ts';
import { withTable } from './table.ts';

const docs = join(import.meta.dirname, '../../docs');
const install = join(docs, 'install.md');
const folder = mkdtempSync(join(tmpdir(), 'ground-control-permissions-'));

/** The template of the service with `settings`. Packagings share a folder of the service, so there is one at a time. */
async function packaged(settings: string): Promise<unknown> {
  const configuration = join(folder, 'ground-control.yml');
  writeFileSync(configuration, settings);
  return await packagedTemplate({ configuration, folder: join(folder, 'out'), stage: 'prod' });
}

try {
  const templates = await templatesBy(packaged);
  writeFileSync(join(docs, 'permissions.md'), permissionsPage(templates));
  writeFileSync(install, withTable(readFileSync(install, 'utf8'), templates));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
