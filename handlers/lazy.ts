/** What `build` makes, made at the first call and kept: clients that few events need must not slow down every cold start. */
export function lazy<T>(build: () => T): () => T {
  let built: { readonly value: T } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}
