with releases as (

    -- A release is one country's: a later file without the country says nothing of it. Trade comes by reporter,
    -- so a pair belongs to its first country; a world series belongs to none.
    select
        indicator_code,
        coalesce(reference_iso3, country_iso3) as released_for_iso3,
        vintage,
        file_id
    from {{ ref("int_indicators__corrected") }}
    group by indicator_code, coalesce(reference_iso3, country_iso3), vintage, file_id

),

latest as (

    select
        indicator_code,
        released_for_iso3,
        max(vintage) as latest_vintage
    from releases
    group by indicator_code, released_for_iso3

),

comparable as (

    -- What was stated before the publisher redefined the indicator does not stand beside what came after.
    select
        releases.indicator_code,
        releases.released_for_iso3,
        releases.vintage,
        releases.file_id,
        latest.latest_vintage
    from releases
    inner join latest
        on latest.indicator_code = releases.indicator_code
        and latest.released_for_iso3 is not distinct from releases.released_for_iso3
    left join {{ ref("indicator_redefinitions") }} as redefinitions
        on redefinitions.indicator_code = releases.indicator_code
        and releases.vintage < redefinitions.first_new_vintage
        and latest.latest_vintage > redefinitions.last_old_vintage
        and latest.latest_vintage > releases.vintage
    where redefinitions.indicator_code is null

)

select
    comparable.indicator_code,
    comparable.released_for_iso3,
    years.year,
    max(comparable.vintage) as vintage,
    max(comparable.latest_vintage) as latest_vintage
from comparable
inner join {{ ref("int_file_years__stated") }} as years
    on years.file_id = comparable.file_id
group by comparable.indicator_code, comparable.released_for_iso3, years.year
