interface Version {
  readonly key: string;
  readonly id: string;
  readonly isMark: boolean;
}

/** The versions of a bucket that keeps them, and the marks of deletion among them. */
export function versionsOf() {
  let versions: Version[] = [];
  let count = 0;
  return {
    add(key: string, { isMark = false } = {}): void {
      count += 1;
      versions.push({ key, id: `version${count}`, isMark });
    },
    delete(key: string, id: string): void {
      versions = versions.filter((each) => each.key !== key || each.id !== id);
    },
    count: (key: string): number => versions.filter((each) => each.key === key).length,
    /** docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
    list(prefix: string): string {
      const found = versions.filter(({ key }) => key.startsWith(prefix));
      const entries = found.map(({ key, id, isMark }) => {
        const name = isMark ? 'DeleteMarker' : 'Version';
        return `<${name}><Key>${key}</Key><VersionId>${id}</VersionId></${name}>`;
      });
      return `<ListVersionsResult><IsTruncated>false</IsTruncated>${entries.join('')}</ListVersionsResult>`;
    },
  };
}
