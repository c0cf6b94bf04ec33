/**
 * Words of libraries about data that they cannot use: pandas, scikit-learn, XGBoost, LightGBM, CatBoost, TensorFlow,
 * PyTorch, Spark, Pillow, and Hugging Face Datasets.
 * Sources: the libraries' own messages, as their issue trackers and documentation quote them.
 */
import type { Rule } from '../rule.ts';

export const DATA_OF_LIBRARIES: readonly Rule[] = [
  // Cells of a table.
  [
    /Found unknown categor(?:y|ies)|[Cc]annot convert (?:float )?(?:NaN|infinity|non-finite)|Unable to parse string "/,
    'data-format-or-shape',
  ],
  [
    /unconverted data remains|Out of bounds (?:nanosecond )?timestamp|Unknown (?:datetime )?string format|[Cc]annot convert .{1,80} to (?:float|a number|numeric)\b/,
    'data-format-or-shape',
  ],
  [
    /\b(?:[Ll]abels?|[Tt]argets?|[Ii]nput(?: data)?|[Dd]ata(?:set)?) (?:contains?|has|have) [`'"]?(?:inf|nan|NaN|null|missing|only one)/,
    'data-format-or-shape',
  ],
  // Labels.
  [
    /[Oo]nly one (?:class|unique value|label)\b|at least (?:2|two) classes|a mix of (?:multiclass|multilabel|binary|continuous|unknown)/,
    'data-format-or-shape',
  ],
  // Rows and columns.
  [
    /[Nn]umber of (?:features|columns|fields|classes|labels)\b.{0,80}(?:not the same|does not match|differs?\b)|[Ee]xpected number of (?:features|columns|fields|labels)/,
    'data-format-or-shape',
  ],
  [
    /Length of values \(\d{1,12}\) does not match length of index|Data cardinality is ambiguous|the same number of samples|resulting train set will be empty|\d{1,9} columns passed, passed data had \d/,
    'data-format-or-shape',
  ],
  [
    /bad input shape|must have the same columns|features can't be aligned|\b[Rr]equired (?:columns?|fields?|features?) .{0,80}(?:is|are) (?:missing|not found)|\bdoes not have the required dimension/,
    'data-format-or-shape',
  ],
  [
    /\bColumns? .{1,80} (?:is |are )?not (?:in|found in|present in) (?:the )?(?:data|csv|table)/i,
    'data-format-or-shape',
  ],
  // Files and records.
  [
    /Extra data: line \d|(?:^|: )Trailing data\b|Unterminated string starting at|Invalid control character at|Excel file format cannot be determined|[Mm]alformed (?:records?|csv|CSV|json|JSON|lines?)\b/,
    'data-format-or-shape',
  ],
  [
    /[Ff]ormat not recogni[sz]ed|is not a Parquet file|not a (?:PNG|JPEG|TIFF|GIF) file|broken (?:data stream|PNG file)|Unknown image file format|Invalid (?:JPEG|PNG) data|embedded null byte/,
    'data-format-or-shape',
  ],
  // Tensors.
  [
    /Dimensions must be equal|Input to reshape is a tensor with|Failed to convert a NumPy array to a Tensor|only batches of spatial targets|\dD target tensor expected|Expected more than 1 value per channel/,
    'data-format-or-shape',
  ],
  [/\(data type: \w{1,20}\) is required but could not be found/, 'data-format-or-shape'],
];
