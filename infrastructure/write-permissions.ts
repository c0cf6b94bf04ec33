/**
 * Part of `npm run generate`: packages the service with the settings that change permissions, and writes
 * `docs/permissions.md`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { permissionsPage, templatesBy } from './permissions-page.ts';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'ground-control-permissions-'));

/** The CloudFormation template of the service with `settings`. Throws if packaging fails. */
function packaged(settings: string): unknown {
  const file = join(folder, 'ground-control.yml');
  const out = join(folder, 'out');
  writeFileSync(file, settings);
  const { status, stdout, stderr } = spawnSync(
    join(root, 'node_modules/.bin/serverless'),
    ['package', '--stage', 'prod', '--package', out],
    { cwd: root, encoding: 'utf8', env: { ...process.env, GROUND_CONTROL_FILE: file } },
  );
  if (status !== 0) throw new Error(`serverless package failed:\n${stdout}${stderr}`);
  return JSON.parse(readFileSync(join(out, 'cloudformation-template-update-stack.json'), 'utf8'));
}

try {
  writeFileSync(join(root, 'docs/permissions.md'), permissionsPage(templatesBy(packaged)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
