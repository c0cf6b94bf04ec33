/**
 * `npm run --silent licences`: name, version and licence of each production package, which the deployed functions are
 * bundled from. `package-lock.json` says which ones; npm wrote their licences into it.
 *
 * Exit 0. Exit 1 if a package has no licence, or one that is not in `ALLOWED`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** Licences that ask for no more than to be named, or for less (SPDX identifiers). */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0'];

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), license: z.string().optional(), dev: z.boolean().optional() }),
  ),
});

/** A production package. `licence` is `undefined` if it names none. */
export interface Licensed {
  readonly name: string;
  readonly version: string;
  readonly licence: string | undefined;
}

/** The production packages of a `package-lock.json`, also those that others need. Throws a `ZodError`. */
export function productionPackages(lock: unknown): readonly Licensed[] {
  const installed = Object.entries(Lock.parse(lock).packages);
  return installed.flatMap(([path, { version = '', license, dev }]) =>
    path === '' || dev === true ? [] : [{ name: path.split('node_modules/').at(-1) ?? '', version, licence: license }],
  );
}

/** Whether `licence` allows what we do: one of `ALLOWED`, or a choice that has one of them (SPDX, `OR`). */
export const isAllowed = (licence: string | undefined): boolean =>
  (licence ?? '')
    .replaceAll(/^\(|\)$/g, '')
    .split(' OR ')
    .some((one) => ALLOWED.includes(one));

if (process.argv[1] === import.meta.filename) {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8'));
  const packages = productionPackages(lock);
  for (const { name, version, licence = 'NO LICENCE' } of packages)
    process.stdout.write(`${licence.padEnd(12)}  ${name} ${version}\n`);
  const refused = packages.filter(({ licence }) => !isAllowed(licence));
  for (const { name, licence } of refused)
    process.stderr.write(`licences: ${name}: ${licence ?? 'no licence'} is not one of ${ALLOWED.join(', ')}\n`);
  process.stdout.write(`${packages.length} packages\n`);
  process.exitCode = refused.length === 0 ? 0 : 1;
}
