/** Finds the region of a deployment. `serverless deploy` and the commands of a stage use it, so that they agree. */
import {
  getProfileName,
  loadConfig,
  NODE_REGION_CONFIG_FILE_OPTIONS,
  NODE_REGION_CONFIG_OPTIONS,
} from '@smithy/core/config';

/** Used if nothing names a region. The Serverless Framework has the same default. */
const DEFAULT_REGION = 'us-east-1';

/** A region, and what named it: `AWS_REGION`. */
export interface FoundRegion {
  readonly region: string;
  readonly from: string;
}

/**
 * The region in the AWS settings: `AWS_REGION`, then `AWS_DEFAULT_REGION`, then the profile (`profile`, or else
 * `AWS_PROFILE`, or else "default") in the AWS configuration files, then us-east-1. Empty values do not count. It does
 * not ask a machine in EC2 for its region, as the SDK's clients do: nobody chose that region for Ground Control.
 */
export async function regionInSettings(profile?: string): Promise<FoundRegion> {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) {
    const region = process.env[name] ?? '';
    if (region !== '') return { region, from: name };
  }
  const init = { ...NODE_REGION_CONFIG_FILE_OPTIONS, ...(profile !== undefined && { profile }) };
  const { configFileSelector } = NODE_REGION_CONFIG_OPTIONS;
  const region = await loadConfig(
    { environmentVariableSelector: () => undefined, configFileSelector, default: '' },
    init,
  )();
  return region === ''
    ? { region: DEFAULT_REGION, from: 'the default' }
    : { region, from: `the AWS profile ${getProfileName(init)}` };
}
