// The measures of `praxis eval` (src/commands/eval.rs): success@1, success@3, MRR@10.

export const DEPTH = 10;

/** Lines `query <TAB> class <TAB> slug,slug`; those that start with `#` are comments. */
export function readQuestions(text) {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [query, kind, slugs] = line.split("\t");
      if (!slugs) throw new Error(`not a query <TAB> class <TAB> slug,slug: ${line}`);
      return { query, kind, relevant: slugs.split(",").map((slug) => slug.trim()) };
    });
}

/** Place of the first relevant hit among the first ten, from 1; Infinity if there is none. */
export function rankOf(slugs, relevant) {
  const index = slugs.slice(0, DEPTH).findIndex((slug) => relevant.includes(slug));
  return index === -1 ? Infinity : index + 1;
}

export function figures(ranks) {
  const share = (value) => ranks.reduce((sum, rank) => sum + value(rank), 0) / Math.max(ranks.length, 1);
  return {
    queries: ranks.length,
    first: share((rank) => (rank === 1 ? 1 : 0)),
    three: share((rank) => (rank <= 3 ? 1 : 0)),
    mrr: share((rank) => 1 / rank),
  };
}
