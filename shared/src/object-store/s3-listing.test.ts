import { describe, expect, test } from '@jest/globals';
import { elementText, parseS3Listing } from './s3-listing.ts';

const listing = (inner: string): string =>
  `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</ListBucketResult>`;
const object = (key: string, sizeBytes: number): string =>
  `<Contents><Key>${key}</Key><ETag>&quot;x&quot;</ETag><Size>${sizeBytes}</Size></Contents>`;

describe('parseS3Listing', () => {
  test('reads keys that look like numbers as they are', () => {
    const page = parseS3Listing(listing(object('0012', 1) + object('1e5', 2) + object('true', 3)));
    expect(page).toEqual({
      objects: [
        { key: '0012', sizeBytes: 1 },
        { key: '1e5', sizeBytes: 2 },
        { key: 'true', sizeBytes: 3 },
      ],
      nextToken: undefined,
    });
  });

  test('reads an empty page, and where to go on', () => {
    expect(parseS3Listing(listing('<IsTruncated>false</IsTruncated>'))).toEqual({
      objects: [],
      nextToken: undefined,
    });
    const cut = '<IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b=</NextContinuationToken>';
    expect(parseS3Listing(listing(cut)).nextToken).toBe('a&b=');
  });

  test('undoes the encodings', () => {
    const encoded = listing(`<EncodingType>url</EncodingType>${object('a%2Fb+c%C3%A9', 1)}`);
    expect(parseS3Listing(encoded).objects[0]?.key).toBe('a/b cé');
    expect(parseS3Listing(listing(object('a&lt;b&#x3e;&#99;', 1))).objects[0]?.key).toBe('a<b>c');
  });

  test.each([
    ['something else', '<html>maintenance</html>'],
    ['no size', listing('<Contents><Key>k</Key></Contents>')],
    ['no key', listing('<Contents><Size>1</Size></Contents>')],
    ['no way to go on', listing('<IsTruncated>true</IsTruncated>')],
  ])('refuses a page with %s', (_name, xml) => {
    expect(() => parseS3Listing(xml)).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});

describe('elementText', () => {
  test('finds the first, with or without attributes', () => {
    expect(elementText('<A x="1">one</A><A>two</A>', 'A')).toBe('one');
    expect(elementText('<A/>', 'A')).toBeUndefined();
    expect(elementText('<AB>no</AB>', 'A')).toBeUndefined();
  });
});
