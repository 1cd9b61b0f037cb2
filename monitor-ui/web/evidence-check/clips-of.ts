import { blobSource, readContainer } from '@minhbach/shared/evidence/verifier';

/** A film that lies in a package. */
export interface Clip {
  readonly sourceId: string;
  readonly fromUtcMs: number;
  readonly bytes: Blob;
}

/** The films of a package, as parts of the file itself: nothing is copied. Rejects for what is no package. */
export async function clipsOf(file: Blob): Promise<Clip[]> {
  const { files } = await readContainer(blobSource(file));
  return files.flatMap(({ path, contentOffset, sizeBytes }) => {
    const [, sourceId, from] = /^clip\/([0-9a-f-]{36})-(\d{1,16})\.mp4$/.exec(path) ?? [];
    if (sourceId === undefined || from === undefined) return [];
    const bytes = file.slice(contentOffset, contentOffset + sizeBytes, 'video/mp4');
    return [{ sourceId, fromUtcMs: Number(from), bytes }];
  });
}
