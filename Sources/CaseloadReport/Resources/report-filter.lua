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

function Table(table)
  for _, body in ipairs(table.bodies) do
    for _, row in ipairs(body.body) do liftIdentifier(row) end
  end
  return pandoc.Div({ table }, pandoc.Attr("", { "table" }))
end
