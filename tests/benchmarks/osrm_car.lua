-- OSRM's own car with some of its parts taken out, one after the other: LAEGEVALG_OSRM names them.
--   routability  the way of least duration, not the one OSRM prefers
--   turns        no turn takes time
--   reduction    tagged speeds are driven in full, not at 0.8
--   class=kmh    speed of a highway class where no speed is tagged
local car = require('car')
local stock = car.setup
local asked = os.getenv('LAEGEVALG_OSRM') or ''

local function without(part)
  return string.find(asked, part, 1, true) ~= nil
end

car.setup = function()
  local profile = stock()
  if without('routability') then
    profile.properties.weight_name = 'duration'
  end
  if without('turns') then
    profile.turn_penalty, profile.oncoming_turn_penalty, profile.properties.u_turn_penalty = 0, 0, 0
  end
  if without('reduction') then
    profile.speed_reduction = 1
  end
  for class, kmh in string.gmatch(asked, '([%w_]+)=([%d.]+)') do
    profile.speeds.highway[class] = tonumber(kmh)
  end
  return profile
end

return car
