/** Versions that do not fit together, and imports that failed. */
import type { Key } from '../advice/advice.ts';

/** Packages that jobs install or find in the container. What such a package lacks, another version has. */
const LIBRARIES = new Set(
  (
    'absl accelerate aiohttp albumentations anyio attr autogluon awswrangler bitsandbytes boto3 botocore catboost certifi click collections cryptography cv2 dask datasets deepspeed dateutil diffusers distutils fastai fastapi ' +
    'flash_attn flask flax fractions fsspec gensim gluonts google gradio h5py httpx huggingface_hub imblearn importlib inspect jax jinja2 joblib keras langchain langchain_community langchain_core lightgbm ' +
    'lightning markupsafe matplotlib mlflow mmcv mxnet nltk numba numpy omegaconf onnx onnxruntime openai OpenSSL optimum optuna packaging pandas peft PIL pkg_resources ' +
    'protobuf pyarrow pydantic pydantic_core pyspark pytorch_lightning requests s3fs s3transfer sagemaker sagemaker_inference sagemaker_training scipy seaborn sentence_transformers setuptools six skimage smdebug smdistributed starlette statsmodels shap ' +
    'sklearn spacy ssl tensorflow tensorflow_hub tensorflow_probability tensorflow_text tf_keras tiktoken timm tokenizers torch torchaudio torchmetrics torchtext torchvision tqdm transformers triton trl typing ' +
    'typing_extensions ultralytics unsloth urllib3 vllm werkzeug xformers xgboost yaml'
  ).split(' '),
);

const isLibrary = (name: string | undefined) => LIBRARIES.has(name?.split('.')[0] ?? '');

/** A call that does not fit the function. */
const SIGNATURE =
  /\(\) (?:got (?:an unexpected|multiple values)|missing \d{1,2} required|takes (?:no|\d{1,2}|from \d{1,2}|exactly|at most)\b)/;
/** Classes whose names say that they are of a library: `Seq2SeqTrainingArguments.__init__()`, `DataFrame.drop()`. */
const LIBRARY_CALL =
  /^(?:\w{0,60}(?:Config|Arguments|Trainer|EngineArgs|Tokenizer(?:Fast)?|For[A-Z]\w{1,40}|MTModel|OneHotEncoder|Accelerator|XGB(?:Classifier|Regressor|Ranker)|LGBM(?:Classifier|Regressor|Ranker))(?:\.\w{1,60})?|(?:NDFrame|DataFrame\w{0,20}|Series\w{0,20}|Index|ndarray|Tensor)\.\w{1,60})\(\) (?:got|takes)\b/;
const LIBRARY_OBJECT =
  /^'(?:\w{0,60}(?:Config|Arguments|EngineArgs|Tokenizer(?:Fast)?|GroupBy|Resampler)' object has no attribute|DynamicCache' object has no attribute|(?:DataFrame|Series|Index)' object has no attribute '(?:append|iteritems|ix|as_matrix|sort|mad|applymap|lookup|get_value|set_value|is_monotonic)')/;
/** Arguments that libraries added, renamed or removed. */
const RENAMED =
  /\(\) got an unexpected keyword argument '(?:eval(?:uation)?_strategy|num_items_in_batch|processing_class|use_auth_token|torch_dtype|cache_position|line_?terminator|error_bad_lines|on_bad_lines|squeeze|numeric_only|sparse(?:_output)?|base_estimator|min_impurity_split|n_iter|normalize|lr|weights_only|past|early_stopping_rounds|verbose_eval|train_instance_(?:type|count)|dispatch_batches|use_flash_attention_2|use_label_encoder|proxies|allowed_methods|method_whitelist|enable_gqa|(?:num_)?logits_to_keep)'/;
/** What an estimator lacks that another version stored in a file. */
const ESTIMATOR =
  /^'(?:SimpleImputer|O(?:neHot|rdinal)Encoder|LabelEncoder|(?:Standard|MinMax|Robust)Scaler|ColumnTransformer|(?:Count|Tfidf)Vectorizer|(?:RandomForest|GradientBoosting|DecisionTree|XGB|LGBM)(?:Classifier|Regressor)|SV[CR]|L(?:ogistic|inear)Regression|KMeans|PCA|Booster)' object has no attribute '(?:_(?!_)\w{1,60}|use_label_encoder|monotonic_cst|positive|prob[AB]_|gpu_id|enable_categorical|predictor|keep_empty_features|sparse_output)'/;
/** Syntax and C libraries that another version of Python or OpenSSL has. */
const OTHER_PYTHON =
  /^unsupported operand type\(s\) for \|: '(?:type|NoneType|ABCMeta|_GenericAlias|_UnionGenericAlias)'|^an integer is required \(got type bytes\)|^future feature annotations is not defined/;
const OPENSSL = /^module 'lib' has no attribute '(?:X509|OpenSSL|SSL|GEN)_/;
/** What is handed to a library by mistake. */
const VALUE = /^'(?:NoneType|list|dict|tuple|int|float|bool|str|bytes|set|function|DataFrame|Series|ndarray|Tensor)'/;

/**
 * Whether an exception says that versions do not fit: a library calls something that is not there, or its class or
 * module lacks what another version has.
 */
export function isOfVersions(short: string, message: string, isOfLibrary: boolean): boolean {
  if (OTHER_PYTHON.test(message)) return true;
  if (short === 'AttributeError') {
    const [, name] = /^(?:partially initialized )?module '?([\w.]{1,80})'? has no attribute /.exec(message) ?? [];
    if (
      isLibrary(name) ||
      OPENSSL.test(message) ||
      ESTIMATOR.test(message) ||
      LIBRARY_OBJECT.test(message) ||
      /^'str' object has no attribute 'decode'/.test(message)
    )
      return true;
    return isOfLibrary && / has no attribute '/.test(message) && !VALUE.test(message);
  }
  if (short === 'TypeError')
    return LIBRARY_CALL.test(message) || RENAMED.test(message) || (isOfLibrary && SIGNATURE.test(message));
  return isOfLibrary && /^(?:NameError|SyntaxError|IndentationError)$/.test(short);
}

const NVIDIA = /\blib(?:cuda|cudart|cudnn|cublas|nvrtc|nvidia-ml)\w{0,12}\.so\b/;
const VERSIONS =
  /undefined symbol|\bGLIBC(?:XX)?_|multiarray failed to import|is required for a normal functioning|incompatib|found existing|only supports OpenSSL|Detected an installation of version|cannot import name '?(?:soft_unicode|url_quote|cached_download|DEFAULT_CIPHERS)\b/i;
const INSTALL = /\binstall(?:ed)?\b|\brequire[sd]?\b|[Mm]issing optional dependency|cannot open shared object|DLL load/;

/** What the message of an `ImportError` or a `ModuleNotFoundError` means. Absent if it may mean several things. */
export function importErrorIn(message: string): Key | undefined {
  if (NVIDIA.test(message)) return 'cuda-driver-mismatch';
  if (VERSIONS.test(message)) return 'framework-version-conflict';
  const [, lacking] = /\bmodule '([\w.]{1,80})' has no attribute '/.exec(message) ?? [];
  if (isLibrary(lacking)) return 'framework-version-conflict';
  const [, missing] = /No module named ['"]?([\w.]{1,120})/.exec(message) ?? [];
  if (missing !== undefined) return submodule(missing);
  const [, source] = /cannot import name .{1,120}? from ['"]([\w.]{1,120})/.exec(message) ?? [];
  // A file of the script may have the name of a library.
  if (/\(\/opt\/ml\/code\//.test(message)) return 'user-code-error';
  if (isLibrary(source) || /\((?:[^)]{1,200})?\/(?:site|dist)-packages\//.test(message))
    return 'framework-version-conflict';
  if (/partially initialized module|attempted relative import/.test(message)) return 'user-code-error';
  return source === undefined && INSTALL.test(message) ? 'missing-module' : undefined;
}

/** Python names `a.b` only if it found `a`. If `a` is a library, its version does not have `b`. */
const submodule = (name: string): Key =>
  name.includes('.') && isLibrary(name) ? 'framework-version-conflict' : 'missing-module';
