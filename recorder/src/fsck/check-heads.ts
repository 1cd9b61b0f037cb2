import { MerkleRoot } from '@minhbach/shared/ledger';
import type { Disagreement } from './disagreement.ts';
import type { SpoolReader } from './spool-reader.ts';

/** Whether the entries are still those that were under each generation's signed head. */
export function checkHeads(spool: SpoolReader): Disagreement[] {
  const heads = new Map(spool.heads().map((head) => [head.generation, head]));
  if (heads.size === 0) return [];
  const generations = spool.generations();
  const trees = new Map<number, MerkleRoot>();
  for (const { ordinal, json } of spool.entries()) {
    const at = generations.findLast(({ first }) => first <= ordinal);
    const head = at && heads.get(at.generation);
    if (at === undefined || head === undefined) continue;
    const tree = trees.get(at.generation) ?? new MerkleRoot();
    trees.set(at.generation, tree);
    if (tree.size < head.size) tree.append(Buffer.from(json));
  }
  return [...heads.values()].flatMap(({ generation, size, root }): Disagreement[] => {
    const tree = trees.get(generation) ?? new MerkleRoot();
    const found = Buffer.from(tree.root()).toString('hex');
    if (tree.size === size && found === root) return [];
    return [
      {
        code: 'head-differs',
        where: `generation ${generation}, entries 0 to ${size - 1}`,
        expected: `the root ${root} that was signed`,
        found: tree.size === size ? found : `${tree.size} entries`,
      },
    ];
  });
}
