{#- Fails for every count of cells that is not reported, filled and missing ones together. -#}

select
    study,
    indicator_code,
    country_iso3,
    cells,
    reported,
    filled,
    missing
from {{ ref("rpt_data_coverage") }}
where cells <> reported + filled + missing
