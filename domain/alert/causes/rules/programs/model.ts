/**
 * Words about models that cannot be loaded: PyTorch, ONNX Runtime, LightGBM, CatBoost, XGBoost, Keras, TensorFlow
 * Serving, Triton, MLflow, and Deep Java Library.
 * Sources: the programs' own messages, as their issue trackers and documentation quote them.
 */
import type { Rule } from '../rule.ts';

export const MODELS: readonly Rule[] = [
  [
    /\b[Nn]o model (?:weights?|files?|artifacts?) (?:were |was )?found\b|\bNo \.?\w{1,20} weights found for model\b/,
    'model-artifact-wrong',
  ],
  [
    /PytorchStreamReader failed|Invalid magic number; corrupt file\?|The file might be corrupted|truncated file: eof =/,
    'model-artifact-wrong',
  ],
  [
    /\[ONNXRuntimeError\] : \d{1,3} : (?:INVALID_PROTOBUF|NO_SUCHFILE|NO_MODEL)\b|Protobuf parsing failed/,
    'model-artifact-wrong',
  ],
  [
    /Unknown model format or submodel type|Model file doesn't specify|Incorrect model file descriptor|No model found in config file/,
    'model-artifact-wrong',
  ],
  [
    /failed to load '.{1,80}' version \d{1,9}: (?:Invalid argument|Not found): (?!.{0,80}shared library)|failed to poll model repository|Poll failed for model directory|Could not determine backend for model/,
    'model-artifact-wrong',
  ],
  [
    /Loading servable: .{1,160} failed: Data loss|No versions of servable .{1,80} found under base path/,
    'model-artifact-wrong',
  ],
  [/Could not find an ["']?MLmodel["']? configuration file/, 'model-artifact-wrong'],
  [
    /\b[Mm]odel (?:artifacts?|archive|tarball)\b.{0,60}\b(?:contains? no|is missing|does not contain|not (?:a )?valid|invalid|corrupt)|\b[Mm]issing .{1,60} in (?:the )?model (?:artifact|archive|tarball|package)/,
    'model-artifact-wrong',
  ],
  [
    /\b(?:[Uu]nable|[Ff]ailed) to (?:load|initiali[sz]e)(?: the)? model\b.{0,160}(?:\b[Nn]o config\b|\bunexpected file\b|\b[Cc]orrupt|\w\.\w{1,12}['"]? (?:is )?(?:missing|not found)\b)/,
    'model-artifact-wrong',
  ],
  [
    /\b[Mm]odel (?:file )?(?:at )?['"]?\/\S{1,200}['"]? (?:is not a valid model|(?:cannot|could not) be loaded)/,
    'model-artifact-wrong',
  ],
];
