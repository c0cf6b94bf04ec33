/**
 * Part of `npm run generate`: packages the service with all modes `observe` and `enforce`, and writes `docs/permissions.md`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { permissionsPage } from './permissions-page.ts';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'ground-control-permissions-'));

/** The CloudFormation template of the service with both modes set to `mode`. Throws if packaging fails. */
function packaged(mode: 'observe' | 'enforce'): unknown {
  const file = join(folder, `${mode}.yml`);
  const out = join(folder, mode);
  writeFileSync(file, `budgets: { mode: ${mode} }\nlabeling: { mode: ${mode} }\n`);
  const { status, stdout, stderr } = spawnSync(
    join(root, 'node_modules/.bin/serverless'),
    ['package', '--stage', 'prod', '--package', out],
    { cwd: root, encoding: 'utf8', env: { ...process.env, GROUND_CONTROL_FILE: file } },
  );
  if (status !== 0) throw new Error(`serverless package failed:\n${stdout}${stderr}`);
  return JSON.parse(readFileSync(join(out, 'cloudformation-template-update-stack.json'), 'utf8'));
}

try {
  writeFileSync(join(root, 'docs/permissions.md'), permissionsPage(packaged('observe'), packaged('enforce')));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
