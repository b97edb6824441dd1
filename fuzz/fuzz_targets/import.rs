#![no_main]

costplan_fuzz::text_target!("import");
