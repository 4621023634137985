with stated as (

    select
        file_id,
        indicator_code,
        series_id,
        year
    from {{ ref("int_indicators__unioned") }}

),

files_of_one_series as (

    select
        file_id,
        min(year) as first_year,
        max(year) as last_year
    from stated
    group by file_id
    having
        count(distinct indicator_code) = 1
        and count(distinct series_id) = 1

),

years_within as (

    -- Nothing beside the series tells a year that was not asked for from a blank one: inside it, it is blank.
    select
        files.file_id,
        years.year
    from files_of_one_series as files
    inner join {{ ref("int_years__spanned") }} as years
        on years.year between files.first_year and files.last_year

)

select
    file_id,
    year
from stated

union

select
    file_id,
    year
from years_within
