import { expect, it } from 'vitest';
import type { Moment } from '../../../local/stories/moment.ts';
import { tellReviewStory } from '../../../local/stories/review.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';

it('the story of a human review ends with a warning, and sends nothing else before it', async () => {
  Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' });
  const moments: Moment[] = [];
  await tellReviewStory(Configuration.parse({ alerts: { 'human-review': [] } }), (moment) => moments.push(moment));
  expect(moments.map(({ publications }) => publications.map(({ subject }) => subject))).toEqual([
    ['COMPLETED: human loop photo-0001'],
    ['COMPLETED: human loop photo-0031', 'BELOW LEVEL: human review workflow photo-moderation'],
  ]);
});
