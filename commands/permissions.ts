/**
 * `npm run --silent permissions -- [--stage <s>] [--diff <template>] [--json] [--config <file>] [--region <region>]`
 *
 * Prints what each role may do, on what and under which condition, with your own `ground-control.yml`. With `--diff`,
 * prints what an update of a deployed stage would add and remove, and what differs that it does not compare. It packages
 * the service, with the code of this clone, and needs no AWS account. Exit 0, also if something would change. Exit 2 for wrong usage, a wrong configuration or a file that is no template.
 */
import { join } from 'node:path';
import { compareTemplates } from '../infrastructure/permissions/comparison.ts';
import { isRole, readGrants, UnreadablePolicyError } from '../infrastructure/permissions/grants.ts';
import { PackagingError, packagedTemplate } from '../infrastructure/permissions/packaged.ts';
import { scratchFolder } from '../infrastructure/scratch-folder.ts';
import { endWithReader } from '../local/play/end-with-reader.ts';
import { type Arguments, readArguments, USAGE } from './permissions/arguments.ts';
import { readDeployed } from './permissions/deployed.ts';
import { showComparison, showRoles } from './permissions/show.ts';
import { Refused, runCommand } from './shared/cli.ts';
import { configurationPath, readConfiguration } from './shared/configuration.ts';

/** The width for readers that are no terminal, and the widest that is used. */
const WIDTH = 80;

async function permissions({ stage, region, config, deployed, json }: Arguments): Promise<number> {
  // Mistakes first: packaging takes several seconds.
  readConfiguration(config);
  const before = deployed && readDeployed(deployed.path, deployed.name, stage);
  const folder = join(scratchFolder('permissions'), 'out');
  process.stderr.write(`permissions: packaging stage ${stage} with ${configurationPath(config)} ...\n`);
  const after = await packaged({ configuration: configurationPath(config), folder, stage, region });
  const width = Math.min(WIDTH, process.stdout.isTTY ? process.stdout.columns : WIDTH);
  if (before === undefined) {
    const grants = readGrants(after);
    const roles = [...grants].filter(([, { type }]) => isRole(type));
    const asJson = roles.map(([id, { usedBy, statements }]) => ({ id, usedBy, statements }));
    process.stdout.write(json ? `${JSON.stringify(asJson, undefined, 2)}\n` : showRoles(grants, width));
  } else {
    const comparison = compareTemplates(before, after);
    process.stdout.write(json ? `${JSON.stringify(comparison, undefined, 2)}\n` : showComparison(comparison, width));
  }
  return 0;
}

/** The packaged template. Refuses what packaging refuses, and policies that cannot be read. */
async function packaged(packaging: Parameters<typeof packagedTemplate>[0]): Promise<unknown> {
  try {
    const template = await packagedTemplate(packaging);
    readGrants(template);
    return template;
  } catch (error) {
    if (error instanceof PackagingError || error instanceof UnreadablePolicyError)
      throw new Refused(error.message, { cause: error });
    throw error;
  }
}

endWithReader();
await runCommand('permissions', USAGE, () => permissions(readArguments()));
