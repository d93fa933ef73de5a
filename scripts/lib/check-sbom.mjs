/**
 * What is missing in a CycloneDX document: a package of the lockfile without a component, a component without a
 * hash, or one that the lockfile does not have. Empty = it is complete.
 * @param {{ bomFormat?: string, components?: { purl?: string, externalReferences?: { hashes?: { alg: string, content: string }[] }[] }[] }} sbom
 * @param {string} lockfile the text of pnpm-lock.yaml
 * @returns {string[]}
 */
export function checkSbom(sbom, lockfile) {
  if (sbom.bomFormat !== 'CycloneDX') return ['it is not a CycloneDX document'];
  const integrity = packagesOf(lockfile);
  const faults = [];
  const listed = new Set();
  for (const { purl = '', externalReferences = [] } of sbom.components ?? []) {
    const name = decodeURIComponent(purl.replace(/^pkg:npm\//, ''));
    listed.add(name);
    const wanted = integrity.get(name);
    if (wanted === undefined) faults.push(`${name} is not in the lockfile`);
    const hashes = externalReferences.flatMap((one) => one.hashes ?? []);
    const isRight = hashes.some(
      ({ alg, content }) => alg === 'SHA-512' && Buffer.from(content, 'hex').toString('base64') === wanted,
    );
    if (wanted !== undefined && !isRight) faults.push(`${name} does not have the hash of the lockfile`);
  }
  for (const name of integrity.keys()) if (!listed.has(name)) faults.push(`${name} is not listed`);
  return faults;
}

/**
 * The packages of a pnpm lockfile (`name@version`) with their SHA-512 in base64.
 * @param {string} lockfile
 * @returns {Map<string, string>}
 */
function packagesOf(lockfile) {
  const section = /\npackages:\n([\s\S]*?)\n(?=[a-z]+:\n)/.exec(`${lockfile}\n`)?.[1] ?? '';
  const packages = new Map();
  for (const block of section.split(/\n(?= {2}\S)/)) {
    const [, name] = /^\s*'?([^'\n]+?)'?:\n/.exec(`${block}\n`) ?? [];
    const [, hash] = /integrity: sha512-([A-Za-z0-9+/=]+)/.exec(block) ?? [];
    if (name && hash) packages.set(name, hash);
  }
  return packages;
}
