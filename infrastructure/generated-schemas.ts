/** The JSON Schema files, generated from the zod schemas. */
import * as z from 'zod';
import { AlertMessage } from '../schemas/message/alert.ts';
import { DigestMessage } from '../schemas/message/digest.ts';
import { RelayedAction, RelayedChange } from '../schemas/message/relay.ts';
import { configurationJsonSchema } from './configuration-file.ts';

export interface GeneratedFile {
  /** Path relative to the repository. */
  readonly file: string;
  readonly text: string;
}

/** A JSON Schema that lets further fields pass: a version may gain some. */
const openSchema = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' });

/** `ground-control.schema.json` for editors of the configuration; the others for consumers of alerts and events. */
export function generatedSchemas(): GeneratedFile[] {
  const write = (file: string, title: string, schema: object) => ({
    file,
    text: `${JSON.stringify({ title, ...schema }, null, 2)}\n`,
  });
  return [
    write('ground-control.schema.json', 'Ground Control configuration', configurationJsonSchema()),
    write('docs/alert.schema.json', 'Ground Control alert, version 2.0', openSchema(AlertMessage)),
    write(
      'docs/digest.schema.json',
      'Ground Control message about several alerts, version 1.0',
      openSchema(DigestMessage),
    ),
    write('docs/change.schema.json', 'Detail of ground-control.change.v1', openSchema(RelayedChange)),
    write('docs/action.schema.json', 'Detail of ground-control.action.v1', openSchema(RelayedAction)),
  ];
}
