/** Where a command works: the stage and the region. */
import { regionInSettings } from '../../infrastructure/region.ts';
import { Refused } from './cli.ts';

/** Like eu-west-1, us-gov-east-1 or eusc-de-east-1. New regions keep to this form. */
const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;
/** What the Serverless Framework accepts. */
export const STAGE = /^[A-Za-z0-9-]+$/;

/** The value of `--stage`. Throws if it is missing or cannot be the name of a stage. */
export function readStage(stage: string | undefined): string {
  if (stage === undefined) throw new Error('--stage is missing');
  if (!STAGE.test(stage)) throw new Error(`--stage "${stage}" is not a name of letters, digits and hyphens`);
  return stage;
}

/**
 * The setting of AWS clients for the region: `--region`, or else the region that `serverless deploy` uses. Says on
 * standard error which stage and region the command uses, so that piped output stays clean. Refuses what cannot be the
 * name of a region.
 */
export async function findPlace(
  command: string,
  given: { readonly stage?: string; readonly region?: string | undefined },
): Promise<{ readonly region: string }> {
  const { region, from } =
    given.region === undefined ? await regionInSettings() : { region: given.region, from: '--region' };
  if (!REGION.test(region))
    throw new Refused(
      `"${region}" (${from}) is not a region like eu-west-1: give --region <region>, or set AWS_REGION`,
    );
  const stage = given.stage === undefined ? '' : `stage ${given.stage}, `;
  process.stderr.write(`${command}: ${stage}region ${region} (${from})\n`);
  return { region };
}

/** The refusal of a stage that has no table or queue of this name, which AWS has said in `cause`. */
export const notDeployed = (what: string, stage: string, { region }: { readonly region: string }, cause: unknown) =>
  new Refused(`there is no ${what} in ${region}: is stage "${stage}" deployed there, or in another --region?`, {
    cause,
  });
