/** What people do after a deployment, in the words that end `serverless deploy`. */
import type { Configuration } from '../../schemas/configuration/file.ts';
import { counted } from '../../schemas/text/count.ts';

interface Place {
  readonly service: string;
  readonly stage: string;
  readonly region: string;
}

/** The next steps: confirm the mails, see what the stage does, send a first alert. */
export function wordsAfterDeploy(
  { subscribers, operators, chat }: Pick<Configuration, 'subscribers' | 'operators' | 'chat'>,
  { service, stage, region }: Place,
): string {
  const mails = new Set([...subscribers.flatMap(({ email }) => email ?? []), ...operators]).size;
  const place = `--stage ${stage} --region ${region}`;
  const steps = [
    ...(mails === 0
      ? []
      : [
          `The file names ${counted(mails, 'address', 'addresses')}. Each new one gets a mail from AWS, and alerts once the link in it is clicked.`,
        ]),
    `The topic for your own subscriptions is ${service}-${stage}-alerts${chat ? '; add it to your channel in Amazon Q Developer' : ''}.`,
    `Send a first alert: npx serverless invoke ${place} -f trainingJob --path events/training-job/failed.json`,
    'A second time it says that the change is known: each change alerts once.',
    `See what it does: npm run console -- ${place}`,
  ];
  return ['Ground Control is deployed. What to do now:', ...steps.map((step) => `  - ${step}`)].join('\n');
}
