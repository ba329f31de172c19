import type { AstHeredoc } from '../syntax/ast.ts'
import { chompTabs } from '../syntax/heredoc.ts'
import type { Heredoc } from './types.ts'

export function heredocOf({ name, fd, expand, chomp, content, range }: AstHeredoc): Heredoc {
  return { name, fd, expand, chomp, content: chomp ? chompTabs(content) : content, raw: content, range }
}
