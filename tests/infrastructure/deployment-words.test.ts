import { expect, it } from 'vitest';
import { wordsAfterDeploy } from '../../infrastructure/deployment/words.ts';
import { Configuration } from '../../schemas/configuration/file.ts';

const PLACE = { service: 'ground-control', stage: 'prod', region: 'eu-west-1' };
const wordsOf = (file: object) => wordsAfterDeploy(Configuration.parse(file), PLACE);

it('asks people to confirm their mails, and names the topic, a first alert and the console', () => {
  const words = wordsOf({ subscribers: [{ email: 'maria@example.com' }], operators: ['li@example.com'], chat: 'on' });
  expect(words).toContain('2 addresses');
  expect(words).toContain('ground-control-prod-alerts; add it to your channel');
  expect(words).toContain('npx serverless invoke --stage prod --region eu-west-1 -f trainingJob --path events/');
  expect(words).toContain('npm run console -- --stage prod --region eu-west-1');
  expect(words).not.toContain('maria@example.com');
});

it('says nothing of mails when nobody gets any', () => {
  expect(wordsOf({ subscribers: [{ phone: '+15555550100' }] })).not.toContain('mail');
});
