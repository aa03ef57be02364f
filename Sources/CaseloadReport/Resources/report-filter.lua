-- Pandoc filter for HTML reports: gives each table a box that can scroll on a narrow screen, and
-- lifts the identifier in a row's first cell to the row, so that a link to a figure marks its line.

local function liftIdentifier(row)
  local first = row.cells[1]
  if not first or row.identifier ~= "" then return end
  first.contents = first.contents:walk {
    Span = function(span)
      if span.identifier ~= "" and row.identifier == "" then
        row.identifier, span.identifier = span.identifier, ""
        return span
      end
    end
  }
end

-- A word or two, such as a verdict, stay on one line.
local function keepShort(row)
  for _, cell in ipairs(row.cells) do
    local length = utf8.len(pandoc.utils.stringify(cell.contents))
    if length and length > 0 and length <= 6 then cell.classes:insert("short") end
  end
end

function Table(table)
  for _, body in ipairs(table.bodies) do
    for _, row in ipairs(body.body) do
      liftIdentifier(row)
      keepShort(row)
    end
  end
  local rows = 0
  for _, body in ipairs(table.bodies) do rows = rows + #body.body end
  -- In print a long table may break between pages; a short one is kept whole.
  local classes = rows > 12 and { "table", "long" } or { "table" }
  return pandoc.Div({ table }, pandoc.Attr("", classes))
end
