/** Sets the error messages of schemas. zod/mini has none by default; loading only English keeps bundles small. */
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

z.config(en());
