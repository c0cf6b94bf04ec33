/** The words of what schemas refuse. zod/mini has none of its own, and English alone is a fraction of all languages. */
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

z.config(en());
