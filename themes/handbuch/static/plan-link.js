// A plan as part of an address. What stands behind the # stays in the browser: no server gets to see it.
"use strict";
(() => {
  const HandbookPlan = (globalThis.HandbookPlan ??= {});
  const { LIMITS, PlanError } = HandbookPlan;
  const PREFIX = "#plan=";

  const through = (bytes, stream) => new Blob([bytes]).stream().pipeThrough(stream).getReader();

  /** Everything a stream gives, up to a limit: a few bytes can unfold to gigabytes. */
  const collect = async (reader, limit = Infinity) => {
    const parts = [];
    let size = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      size += part.value.length;
      if (size > limit) {
        await reader.cancel();
        throw new PlanError("too-large");
      }
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  };

  const toBase64 = (bytes) => {
    const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };
  const fromBase64 = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

  /** The part behind the address. */
  const toHash = async (plan) => {
    const bytes = await collect(through(new TextEncoder().encode(JSON.stringify(plan)), new CompressionStream("deflate-raw")));
    return PREFIX + toBase64(bytes);
  };

  /** A plan without the words that whoever opens the link has in the handbook: those of the items named. */
  const shorten = (plan, items) => ({
    ...plan,
    cases: plan.cases.map(({ slug }) => ({ slug })),
    answers: plan.answers.map(({ text, ...rest }) => (items.has(rest.item) ? rest : { ...rest, text })),
  });

  /** JSON of a plan from such a part; nothing if it holds none. Throws PlanError where it is damaged. */
  const fromHash = async (hash) => {
    if (!hash.startsWith(PREFIX)) return undefined;
    try {
      const bytes = fromBase64(hash.slice(PREFIX.length).split("&")[0]);
      return new TextDecoder().decode(await collect(through(bytes, new DecompressionStream("deflate-raw")), LIMITS.file));
    } catch (error) {
      throw error instanceof PlanError ? error : new PlanError("not-a-plan");
    }
  };

  Object.assign(HandbookPlan, { toHash, shorten, fromHash });
})();
