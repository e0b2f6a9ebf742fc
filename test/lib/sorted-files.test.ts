import { describe, expect, it } from 'vitest'
import { filesAt, filesBelow, hasFile, namesIn } from '../../src/lib/sorted-files.js'

// characters before and after the slash in the order of code units: "-", "." and "0"
const files = ['a', 'a-b/c', 'a.tf', 'a/b', 'a/b.tf', 'a/b/c', 'a/b/d/e', 'a/z', 'a0/x', 'é/ü'].toSorted(
  (x, y) => (x < y ? -1 : 1),
)

describe('a sorted list of files', () => {
  it('has exactly what is in it', () => {
    expect(files.filter((file) => hasFile(files, file))).toEqual(files)
    expect(['', 'a/', 'a/b/d', 'b', '.', 'zz'].filter((file) => hasFile(files, file))).toEqual([])
  })

  it.each(['.', 'a', 'a/b', 'a/b/d', 'a-b', 'é', 'missing', 'a/b/c'])('tells what is below %j', (folder) => {
    const below = files.filter((file) => folder === '.' || file.startsWith(`${folder}/`))
    expect(filesBelow(files, folder)).toEqual(below)
    const itself = files.filter((file) => file === folder)
    expect(filesAt(files, folder)).toEqual([...itself, ...below])
  })

  it('tells the names in one folder, not those below it', () => {
    expect(namesIn(files, '.')).toEqual(['a', 'a.tf'])
    expect(namesIn(files, 'a')).toEqual(['b', 'b.tf', 'z'])
    expect(namesIn(files, 'a/b')).toEqual(['c'])
    expect(namesIn(files, 'missing')).toEqual([])
    expect(namesIn([], '.')).toEqual([])
  })
})
