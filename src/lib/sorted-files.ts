/**
 * Questions about a list of files that is sorted as `Tree.files` are, without reading it from end to end: a repository
 * has thousands of stacks, and each of them asks. Paths are relative, without a slash at their end; `.` is the root.
 */

/** True where the file is in the list. */
export function hasFile(files: readonly string[], file: string): boolean {
  return files[firstFrom(files, file)] === file
}

/** All files below a folder, at any depth. */
export function filesBelow(files: readonly string[], folder: string): readonly string[] {
  if (folder === '.') return files
  const start = firstFrom(files, `${folder}/`)
  // "0" follows "/"
  return files.slice(start, firstFrom(files, `${folder}0`, start))
}

/** The file itself, or all files below the folder of that name. */
export function filesAt(files: readonly string[], path: string): readonly string[] {
  return hasFile(files, path) ? [path, ...filesBelow(files, path)] : filesBelow(files, path)
}

/** The names of the files in one folder, without those in folders below it. */
export function namesIn(files: readonly string[], folder: string): readonly string[] {
  const prefix = folder === '.' ? '' : `${folder}/`
  const names: string[] = []
  for (let index = firstFrom(files, prefix); index < files.length; index++) {
    const file = files[index] ?? ''
    if (!file.startsWith(prefix)) break
    const slash = file.indexOf('/', prefix.length)
    if (slash === -1) names.push(file.slice(prefix.length))
    else index = firstFrom(files, `${file.slice(0, slash)}0`, index) - 1
  }
  return names
}

/** The index of the first file that is not before the text. */
function firstFrom(files: readonly string[], text: string, start = 0): number {
  let [low, high] = [start, files.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((files[middle] ?? '') < text) low = middle + 1
    else high = middle
  }
  return low
}
