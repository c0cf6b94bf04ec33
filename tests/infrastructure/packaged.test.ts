import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PackagingError, packagedTemplate } from '../../infrastructure/permissions/packaged.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const { folder, fileWith } = useTemporaryFolder();

/**
 * Stands for the framework. It writes the configuration where packaging writes it, waits until all that run at once have
 * done so, and puts what it reads there then into the template.
 */
const FRAMEWORK = `
  const { mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } = require('node:fs');
  const configuration = readFileSync(process.env.GROUND_CONTROL_FILE, 'utf8');
  if (configuration === 'wrong') { console.log('Error:\\nit is wrong\\n\\nstack'); process.exit(1); }
  for (const name of ['.generated', '.serverless', '.esbuild']) {
    mkdirSync(name, { recursive: true });
    writeFileSync(name + '/ground-control.json', configuration);
  }
  const out = process.argv[process.argv.indexOf('--package') + 1];
  const started = process.env.STARTED;
  writeFileSync(started + '/' + process.pid, '');
  const wait = setInterval(() => {
    if (readdirSync(started).length < Number(configuration.split(' ')[1])) return;
    clearInterval(wait);
    const read = ['.generated', '.serverless', '.esbuild'].map((at) => readFileSync(at + '/ground-control.json', 'utf8'));
    mkdirSync(out, { recursive: true });
    const template = { read, files: readdirSync('.').sort(), functions: readdirSync('functions'), args: process.argv.slice(2) };
    writeFileSync(out + '/cloudformation-template-update-stack.json', JSON.stringify(template));
  }, 5);
`;

let made = 0;
/** A service with what a real packaging wrote, and the folder where the packagings of a test meet. */
function service() {
  const place = join(folder, `service-${++made}`);
  const put = (name: string, content: string) => fileWith(join(`service-${made}`, name), content);
  put('node_modules/serverless/bin/serverless.js', FRAMEWORK);
  put('serverless.yml', 'service: x');
  put('functions/one.ts', '');
  for (const name of ['.generated', '.serverless', '.esbuild']) put(`${name}/ground-control.json`, 'of a deployment');
  process.env['STARTED'] = join(place, 'started');
  mkdirSync(join(place, 'started'));
  return place;
}

const packaged = (place: string, configuration: string, out: string) =>
  packagedTemplate({ configuration, folder: join(folder, out), stage: 'prod', service: place });

describe('packaging for the template alone', () => {
  it('gives each of several that run at once its own configuration, and leaves what a deployment packages', async () => {
    const place = service();
    const files = ['observe 3', 'enforce 3', 'off 3'].map((text) => [text, fileWith(`${text}.yml`, text)] as const);
    const templates = await Promise.all(files.map(([text, file]) => packaged(place, file, `out-${text}`)));
    expect(templates).toMatchObject(files.map(([text]) => ({ read: [text, text, text] })));
    for (const name of ['.generated', '.serverless', '.esbuild'])
      expect([
        name,
        readdirSync(join(place, name)),
        readFileSync(join(place, name, 'ground-control.json'), 'utf8'),
      ]).toEqual([name, ['ground-control.json'], 'of a deployment']);
  });

  it('needs neither what an editor locks a file with nor any other link to nothing', async () => {
    const place = service();
    symlinkSync('somebody@host.1234', join(place, '.#serverless.yml'));
    const template = await packaged(place, fileWith('one.yml', 'observe 1'), 'out-locked');
    expect(template).toMatchObject({
      files: ['.esbuild', '.generated', '.serverless', 'functions', 'node_modules', 'serverless.yml', 'started'],
      functions: ['one.ts'],
    });
  });

  it('reads the configuration and writes the packages where relative paths name them here', async () => {
    const place = service();
    const before = process.cwd();
    // Workers of vitest cannot change their folder.
    const relative = join(
      ...before.split('/').flatMap((name) => (name === '' ? [] : ['..'])),
      fileWith('r.yml', 'observe 1'),
    );
    expect(await packaged(place, relative, 'out-relative')).toMatchObject({ read: Array(3).fill('observe 1') });
  });

  it('fails with what the framework says', async () => {
    const wrong = packaged(service(), fileWith('wrong.yml', 'wrong'), 'out-wrong');
    await expect(wrong).rejects.toThrow(new PackagingError('it is wrong'));
  });
});
