/** What makes the handlers of functions: everything in `functions/` calls one of these. */

export interface Factory {
  /** Relative to this folder. */
  readonly module: string;
  readonly name: string;
  /** The function that its handler is of, when the handler needs no context to know. */
  readonly makes?: string;
}

export const FACTORIES: readonly Factory[] = [
  { module: '../../handlers/event.ts', name: 'handlerOf' },
  { module: '../../handlers/budget/handler.ts', name: 'budgetHandler' },
  { module: '../../handlers/delivery/handler.ts', name: 'digestHandler' },
  { module: '../../handlers/diagnosis/handler.ts', name: 'diagnosisHandler' },
  { module: '../../handlers/labeling/handler.ts', name: 'labelingHandler' },
  { module: '../../handlers/reconciliation/handler.ts', name: 'reconciliationHandler' },
  { module: '../../handlers/review/handler.ts', name: 'reviewHandler' },
  { module: '../../handlers/teams/handler.ts', name: 'teamReportHandler' },
  { module: '../../handlers/teams/live.ts', name: 'liveHandler', makes: 'workerActivity' },
];
