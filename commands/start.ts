/** `npm start`: plays the sample events, so that people see the alerts of Ground Control. */
import { join, relative } from 'node:path';
import { ConfigurationError, readConfigurationFile } from '../infrastructure/configuration-file.ts';
import { endWithReader } from '../local/play/end-with-reader.ts';
import { readEvents } from '../local/play/input.ts';
import { SERVICE } from '../local/play/play.ts';
import { playAll } from '../local/play/play-all.ts';
import { showMoment, showPlayed, showSummary } from '../local/play/show.ts';
import { tellBudgetStory } from '../local/stories/budget.ts';
import { STORY_USD, tellLabelingStory } from '../local/stories/labeling.ts';
import type { Moment } from '../local/stories/moment.ts';
import { tellPipelineStory } from '../local/stories/pipeline.ts';
import { tellReviewStory } from '../local/stories/review.ts';
import { tellStormStory } from '../local/stories/storm.ts';
import { tellTeamsStory } from '../local/stories/teams.ts';

const INTRODUCTION = `Ground Control: sample events of SageMaker go through the production handlers.
The handlers call an AWS that runs inside this process. Nothing leaves this machine.
`;
const BUDGET_STORY = `
A training job spends its budget. The clock jumps from one event to the next.
`;
const LABELING_STORY = `
A labeling job expires, and a new labeling job continues it. The clock jumps from one event to the next.
`;
const REVIEW_STORY = `
People review what a model says about pictures. This story sets where their answers are, and a level of 90 %.
`;
const TEAMS_STORY = `
Labeling teams have worked for two periods. The scheduled report tells what changed.
`;
const STORM_STORY = `
Twelve training jobs fail within a minute. The clock jumps to the end of five minutes.
`;
const PIPELINE_STORY = `
A step of a pipeline fails. Its job, the step and the execution are one alert.
`;
const enforced = (section: string, mode: string) =>
  mode === 'enforce'
    ? ''
    : `This story uses ${section}.mode: enforce. Your ground-control.yml has ${section}.mode: ${mode}.\n`;
const allowed = (mostUsd: number) =>
  mostUsd >= STORY_USD
    ? ''
    : `It allows $${STORY_USD} for a new job. Your ground-control.yml has labeling.mostUsd: ${mostUsd}.\n`;
const NEXT = `Next: put your addresses into ground-control.yml. Then run: npx serverless deploy --stage prod
To try your own events: npm run --silent replay -- <file | folder | ->
`;

endWithReader();
try {
  const configuration = readConfigurationFile(
    process.env['GROUND_CONTROL_FILE'] ?? join(SERVICE, 'ground-control.yml'),
  );
  process.stdout.write(`${INTRODUCTION}\n`);
  const all = await playAll(readEvents([join(SERVICE, 'events')]).sources, configuration, (file, played) => {
    process.stdout.write(`${showPlayed(relative(SERVICE, file), played, configuration)}\n`);
  });
  process.stdout.write(`${showSummary(all)}\n`);
  const show = (moment: Moment) => process.stdout.write(`${showMoment(moment, configuration)}\n`);
  process.stdout.write(`${BUDGET_STORY}${enforced('budgets', configuration.budgets.mode)}\n`);
  await tellBudgetStory(configuration, show);
  const { mode, mostUsd } = configuration.labeling;
  process.stdout.write(`${LABELING_STORY}${enforced('labeling', mode)}${allowed(mostUsd)}\n`);
  await tellLabelingStory(configuration, show);
  process.stdout.write(`${REVIEW_STORY}\n`);
  await tellReviewStory(configuration, show);
  const { report } = configuration.teams;
  const weekly = report === 'off' ? 'This story uses teams.report: weekly. Your ground-control.yml has it off.\n' : '';
  process.stdout.write(`${TEAMS_STORY}${weekly}\n`);
  await tellTeamsStory(configuration, show);
  process.stdout.write(`${STORM_STORY}\n`);
  await tellStormStory(configuration, show);
  process.stdout.write(`${PIPELINE_STORY}\n`);
  await tellPipelineStory(configuration, show);
  process.stdout.write(NEXT);
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
