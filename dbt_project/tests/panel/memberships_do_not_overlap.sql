{#- Fails for every two memberships of one country in one group that hold on the same day. -#}

select
    earlier.group_code,
    earlier.country_iso3,
    earlier.status,
    earlier.valid_to,
    later.status as later_status,
    later.valid_from as later_valid_from
from {{ ref("int_group_memberships__chosen") }} as earlier
inner join {{ ref("int_group_memberships__chosen") }} as later
    on later.group_code = earlier.group_code
    and later.country_iso3 = earlier.country_iso3
    and (later.valid_from > earlier.valid_from or (later.valid_from = earlier.valid_from and later.status > earlier.status))
where earlier.valid_to is null or earlier.valid_to >= later.valid_from
