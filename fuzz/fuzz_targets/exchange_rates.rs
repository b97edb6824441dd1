#![no_main]

costplan_fuzz::text_target!("exchange_rates");
