/** Imports that failed: a package is missing, versions do not fit, or the code imports itself in a circle. */
import type { Key } from '../advice/advice.ts';

/** Packages that jobs install or find in the container. What such a package lacks, another version has. */
const LIBRARIES = new Set(
  (
    'accelerate bitsandbytes boto3 botocore catboost collections cv2 datasets deepspeed diffusers distutils fastai ' +
    'flash_attn flask flax fsspec gensim google huggingface_hub importlib inspect jax jinja2 keras lightgbm lightning ' +
    'markupsafe matplotlib mxnet nltk numba numpy onnx onnxruntime packaging pandas peft PIL pkg_resources protobuf ' +
    'pyarrow pydantic pydantic_core pytorch_lightning requests s3fs sagemaker scipy seaborn setuptools shap sklearn ' +
    'spacy ssl tensorflow tokenizers torch torchaudio torchtext torchvision transformers triton trl ' +
    'typing_extensions urllib3 vllm werkzeug xgboost yaml'
  ).split(' '),
);

const isLibrary = (name: string | undefined) => LIBRARIES.has(name?.split('.')[0] ?? '');

/** `module 'numpy' has no attribute 'bool'`: another version of the package has it. */
export function ofLibrary(message: string): Key | undefined {
  const [, name] = /^(?:partially initialized )?module '([\w.]{1,80})' has no attribute '/.exec(message) ?? [];
  return isLibrary(name) ? 'framework-version-conflict' : undefined;
}

const NVIDIA = /\blib(?:cuda|cudart|cudnn|cublas|nvrtc|nvidia-ml)\w{0,12}\.so\b/;
const VERSIONS =
  /undefined symbol|\bGLIBC(?:XX)?_|multiarray failed to import|is required for a normal functioning|incompatib|found existing/i;

/** What the message of an `ImportError` or a `ModuleNotFoundError` means. */
export function importErrorIn(message: string): Key {
  if (NVIDIA.test(message)) return 'cuda-driver-mismatch';
  if (VERSIONS.test(message)) return 'framework-version-conflict';
  const [, missing] = /No module named ['"]?([\w.]{1,120})/.exec(message) ?? [];
  if (missing !== undefined) return submodule(missing);
  if (/partially initialized module|attempted relative import/.test(message)) return 'user-code-error';
  const [, source] = /cannot import name .{1,120}? from ['"]([\w.]{1,120})/.exec(message) ?? [];
  if (source !== undefined) return isLibrary(source) ? 'framework-version-conflict' : 'user-code-error';
  return 'missing-module';
}

/** Python names `a.b` only if it found `a`. If `a` is a library, its version does not have `b`. */
const submodule = (name: string): Key =>
  name.includes('.') && isLibrary(name) ? 'framework-version-conflict' : 'missing-module';
