/**
 * Gives serverless.yml the region in the AWS settings. The Serverless Framework reads functions only from JavaScript.
 * @param {{ options: { 'aws-profile'?: string } }} context
 */
export async function region({ options }) {
  const { regionInSettings } = await import('./region.ts');
  return (await regionInSettings(options['aws-profile'])).region;
}
