/**
 * Writes `tests/fixtures/handler-permissions.json`: which actions CloudFormation calls, with the credentials of the person
 * who deploys, for each type of resource that Ground Control has.
 *
 * `node tools/handler-permissions.ts <folder> <source>` reads AWS's resource provider schemas from a folder with a file
 * for each type (`aws-sns-topic.json`). `source` says where the folder is from. To add a type, add it to the fixture with
 * no actions, and run this again. CloudFormation command line interface user guide, Resource type schema: `handlers`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const FIXTURE = join(import.meta.dirname, '../tests/fixtures/handler-permissions.json');
const actions = z.object({ permissions: z.array(z.string()) }).transform(({ permissions }) => permissions);
/** `list` is for AWS's own inventory of resources, which a deployment does not make. */
const Schema = z.object({
  handlers: z.object({
    create: actions,
    read: actions.optional(),
    update: actions.optional(),
    delete: actions,
  }),
});
const Fixture = z.object({ types: z.record(z.string(), z.unknown()) });

const [folder, source] = process.argv.slice(2);
if (folder === undefined || source === undefined) {
  process.stderr.write('usage: node tools/handler-permissions.ts <folder of resource provider schemas> <source>\n');
  process.exitCode = 2;
} else {
  const { types } = Fixture.parse(JSON.parse(readFileSync(FIXTURE, 'utf8')));
  const read = Object.keys(types).map((type) => {
    const file = join(folder, `${type.toLowerCase().replaceAll('::', '-')}.json`);
    const { handlers } = Schema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return [type, Object.fromEntries(Object.entries(handlers).map(([name, all]) => [name, [...new Set(all)].sort()]))];
  });
  writeFileSync(FIXTURE, `${JSON.stringify({ source, types: Object.fromEntries(read) }, undefined, 2)}\n`);
}
